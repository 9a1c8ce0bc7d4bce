/** How a format's shape writes a character that would end a value. */
export type Escaping = 'json' | 'xml' | 'quoted' | 'none';

/** Undoes the escaping; what is not a valid escape stays as it is: it is evidence, not an error. */
export function unescapeValue(escaping: Escaping, value: string): string {
  switch (escaping) {
    case 'json':
      return unescapeJson(value);
    case 'xml':
      return value.includes('&') ? unescapeXml(value) : value;
    case 'quoted':
      return value.includes('\\') || value.includes('""') ? value.replace(/\\(["\\])|"(")/g, '$1$2') : value;
    case 'none':
      return value;
  }
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

export function unescapeJson(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(
    /\\(?:u([\da-fA-F]{4})|(["\\/bfnrt]))/g,
    (_all, hex: string | undefined, simple: string) =>
      hex === undefined ? (JSON_ESCAPES[simple] ?? simple) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const XML_ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(value: string): string {
  return value.replace(
    /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g,
    (all, hex: string | undefined, decimal: string | undefined, name: string) => {
      if (hex === undefined && decimal === undefined) return XML_ENTITIES[name] ?? all;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
