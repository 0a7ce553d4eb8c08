/** Names of options as a union, undefined for none. */
export type Names = string | undefined;

/** A name, several names, or none. */
export type List<T extends Names> = T | ReadonlyArray<Extract<T, string>>;

/** One object type instead of an intersection. */
export type Flatten<T> = { [Key in keyof T]: T[Key] };

/** String options that are not collected; absent when not given. */
export type Plain<S extends Names, C extends Names, N extends Names> = {
  [Key in Exclude<Extract<S, string>, C>]?: Key extends N ? string | false : string;
};

/** Options that may be repeated. */
export type Collected<B extends Names, S extends Names, C extends Names> = {
  [Key in Extract<C, string>]: Key extends S ? string[] : Key extends B ? boolean[] : unknown[];
};

/** Switches that are not collected. */
export type Booleans<B extends Names, C extends Names> = {
  [Key in Exclude<Extract<B, string>, C>]: boolean;
};

/** Values with those of `default` made present. */
export type WithDefaults<V, D> = D extends undefined ? V : Flatten<
  & Omit<V, keyof D>
  & { [Key in keyof D]: Key extends keyof V ? D[Key] | NonNullable<V[Key]> : unknown }
>;

/** A name and its aliases. */
export type AliasesOf<Key, A> = Key extends keyof A ? A[Key] extends string ? Key | A[Key]
  : A[Key] extends ReadonlyArray<infer Name extends string> ? Key | Name
  : Key
  : Key;

/** Values under their aliases too. */
export type WithAliases<V, A> = { [Key in keyof V as AliasesOf<Key, A> & PropertyKey]: V[Key] };

/** The arguments that belong to no option, and the named ones. */
export type Args<
  TArgs extends Record<string, unknown> = Record<string, unknown>,
  TDoubleDash extends boolean | undefined = undefined,
> =
  & TArgs
  & {
    /** Arguments that belong to no option. */
    _: Array<string | number>;
  }
  & (true extends TDoubleDash ? {
      /** Arguments after `--`. */
      "--": string[];
    }
    : Record<never, never>);

/** What {@link parseArgs} knows of the options it was given. */
export type Values<
  B extends string | boolean | undefined,
  S extends Names,
  C extends Names,
  N extends Names,
  D,
  A,
> = WithAliases<
  WithDefaults<
    & Plain<S, C, N>
    & Booleans<Extract<B, string>, C>
    & Collected<Extract<B, string>, S, C>,
    D
  >,
  A
>;

/** Options of {@link parseArgs}, as in `@std/cli`. */
export interface ParseOptions<
  TBooleans extends string | boolean | undefined = string | boolean | undefined,
  TStrings extends string | undefined = string | undefined,
  TCollectable extends string | undefined = string | undefined,
  TNegatable extends string | undefined = string | undefined,
  TDefault extends Record<string, unknown> | undefined = Record<string, unknown> | undefined,
  TAliases extends Record<string, string | ReadonlyArray<string>> | undefined =
    | Record<string, string | ReadonlyArray<string>>
    | undefined,
  TDoubleDash extends boolean | undefined = boolean | undefined,
> {
  /** Whether what follows `--` goes to the result's `--` instead of `_`. */
  "--"?: TDoubleDash;
  /** Other names of options. */
  alias?: TAliases;
  /** Options that are switches; `true` for every double-dashed one without a value. */
  boolean?: TBooleans | ReadonlyArray<Extract<TBooleans, string>>;
  /** Values of options that were not given. */
  default?: TDefault & Record<string, unknown>;
  /** Whether everything from the first non-option on goes to `_`. */
  stopEarly?: boolean;
  /** Options whose values stay strings. */
  string?: List<TStrings>;
  /** Options that may be repeated and give an array; of others the last value counts. */
  collect?: List<TCollectable>;
  /** Options that `--no-NAME` sets to false. */
  negatable?: List<TNegatable>;
  /** Called for what the options do not name; a result of false drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
