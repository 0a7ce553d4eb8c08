/**
 * The part of a style sheet that a page uses: a site has a page for every record, and each carries its style.
 *
 * @module
 */

/** A rule without nested ones, or a block of rules after an at-rule. */
const PART = /([^{}]+)\{((?:[^{}]|\{[^{}]*\})*)\}/g;

/** Whether a selector can match where only these classes exist. */
function canMatch(selector: string, classes: ReadonlySet<string>): boolean {
  // What stands in :not() must not be there.
  const wanted = selector.replace(/:not\([^()]*\)/g, "").matchAll(/\.([\w-]+)/g);
  return [...wanted].every(([, name]) => classes.has(name!));
}

/**
 * Leaves out the rules for classes that a page does not have.
 *
 * @param style Rules, and at-rules with one level of rules in them.
 * @param body The page's HTML; nothing may add classes to it later, as scripts do.
 */
export function usedStyle(style: string, body: string): string {
  const classes = new Set(
    [...body.matchAll(/\bclass="([^"]*)"/g)].flatMap(([, list]) => list!.split(/\s+/)),
  );
  const used = (rules: string): string =>
    rules.replace(PART, (part: string, head: string, content: string) => {
      if (head.trim().startsWith("@")) {
        if (!content.includes("{")) return part;
        const inner = used(content);
        return inner.trim() === "" ? "" : `${head}{${inner}}`;
      }
      return head.split(",").some((selector) => canMatch(selector, classes)) ? part : "";
    });
  return used(style).replace(/\n+/g, "\n").trim();
}
