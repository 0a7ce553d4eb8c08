/** Checks of a rendered site, path → text: what its links lead to, and whether its pages parse. */

/** Anchors of a page, in order. */
function anchors(page: string): string[] {
  return [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]!);
}

/** Links and sources of a page that lead into the site, as written. */
function internalLinks(page: string): string[] {
  return [...page.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => match[1]!)
    .filter((link) => !/^(?:https?|data):/.test(link));
}

/** Links that lead nowhere or are not relative, anchors that are there twice, and the number of links. */
export function checkLinks(
  site: ReadonlyMap<string, string>,
): { readonly faults: readonly string[]; readonly checked: number } {
  const faults: string[] = [];
  let checked = 0;
  const known = new Map<string, ReadonlySet<string>>();
  for (const [path, page] of site) {
    if (!path.endsWith(".html")) continue;
    const own = anchors(page);
    known.set(path, new Set(own));
    if (known.get(path)!.size !== own.length) faults.push(`${path}: an anchor twice`);
  }
  for (const path of known.keys()) {
    for (const link of internalLinks(site.get(path)!)) {
      checked++;
      // Any base will do: a link that climbs above the root, or begins there, comes out wrong.
      const url = new URL(link, `https://site.invalid/root/${path}`);
      const target = decodeURIComponent(url.pathname).replace(/^\/root\//, "");
      const anchor = decodeURIComponent(url.hash.slice(1));
      const isThere = site.has(target) && (anchor === "" || known.get(target)?.has(anchor));
      if (link.startsWith("/") || !isThere) faults.push(`${path}: ${link}`);
    }
  }
  return { faults, checked };
}

const VOID = new Set(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"]);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][\w:.-]*(?:="[^"<]*")?)*)\s*(\/?)>/giy;

/**
 * Reads a page as strictly as ours are written: every `<` begins a tag, a comment or the document's type, attributes
 * are in double quotes, and every element ends.
 *
 * @returns the elements' names and attributes as written, with the text of scripts and styles
 * @throws Error at the first place that is otherwise
 */
export function parsePage(
  page: string,
): readonly { readonly name: string; readonly attributes: string; readonly text: string }[] {
  const elements: { name: string; attributes: string; text: string }[] = [];
  const open: string[] = [];
  let at = 0;
  const fail = (why: string): never => {
    throw new Error(`${why}: ${page.slice(Math.max(0, at - 60), at + 80)}`);
  };
  for (at = page.indexOf("<"); at >= 0; at = page.indexOf("<", at)) {
    if (/^<!doctype html>$/i.test(page.slice(at, at + 15))) at += 15;
    else if (page.startsWith("<!--", at)) at = page.indexOf("-->", at) + 3;
    else {
      TAG.lastIndex = at;
      const tag = TAG.exec(page) ?? fail("a < that begins no tag");
      const [whole, ends, name = "", attributes = "", selfEnds] = tag;
      at += whole.length;
      if (ends !== "") {
        if (open.pop() !== name) fail(`</${name}> ends no element`);
        continue;
      }
      const isRaw = name === "script" || name === "style";
      const end = isRaw ? page.indexOf(`</${name}>`, at) : at;
      elements.push({ name, attributes, text: page.slice(at, end) });
      at = end;
      if (selfEnds === "" && !VOID.has(name)) open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`not ended: ${open.join(" ")}`);
  return elements;
}
