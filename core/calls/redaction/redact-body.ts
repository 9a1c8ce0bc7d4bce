import { maskJson } from './mask-json.js';
import { redactQuery } from './redact-query.js';
import { decodePercent, isOpaque, redactText } from './redact-text.js';
import { REDACTED } from './secret-catalogue.js';
import { isSecretName, isSecretQueryName } from './secret-name.js';

/**
 * A request or response body as it may be kept: JSON (also cut short, also within strings), forms, multipart and
 * XML lose the values of secret names; everything loses what looks secret. Linear in the length of the body.
 */
export function redactBody(body: string): string {
  const text = unescapeAscii(body);
  if (isOpaque(text)) return REDACTED;
  if (/^[^\s"<{=]{1,256}=[^\s"<{]*$/.test(text)) return redactQuery(text);
  let masked = text;
  if (masked.includes('"')) masked = maskJson(masked);
  if (masked.includes('=')) masked = maskMultipart(maskPairs(masked));
  if (masked.includes('<')) masked = maskElements(masked);
  return redactText(masked);
}

/** `\u0070` and the like could hide a word from every pattern; letters, digits and the marks of tokens come back. */
function unescapeAscii(text: string): string {
  if (!text.includes('\\u00')) return text;
  return text.replace(/\\+u00([2-7][0-9a-f])/gi, (whole, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~+/=: -]/.test(char) ? char : whole;
  });
}

function maskPairs(text: string): string {
  return text.replace(
    /(^|[&?\s;"'])([\w.[\]%+-]{1,128})=([^&\s;"'<>]+)/g,
    (whole, before: string, name: string) =>
      isSecretQueryName(decodePercent(name)) ? `${before}${name}=${REDACTED}` : whole,
  );
}

function maskMultipart(text: string): string {
  return text.replace(
    /(name="([^"\r\n]{1,128})"[^\r\n]{0,256}(?:\r?\n[^\r\n]{1,256}){0,4}\r?\n\r?\n)([^\r\n]+(?:\r?\n(?!--)[^\r\n]*)*)/g,
    (whole, head: string, name: string) => (isSecretQueryName(name) ? `${head}${REDACTED}` : whole),
  );
}

function maskElements(text: string): string {
  return text.replace(
    /(<(?:[\w-]{1,64}:)?([\w.-]{1,128})(?:\s[^<>]{0,512})?>)((?:[^<]|<!\[CDATA\[(?:[^\]]|\](?!\]>))*(?:\]\]>)?)+)/g,
    (whole, open: string, name: string) => (isSecretName(name) ? `${open}${REDACTED}` : whole),
  );
}
