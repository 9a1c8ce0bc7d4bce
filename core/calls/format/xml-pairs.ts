import type { Pair, Pairs } from './json-pairs.js';
import { skipSpace } from './separator-search.js';

const MAX_PAIRS = 4096;
const MAX_DEPTH = 16;
const TAG = /<([A-Za-z_][\w.:-]{0,127})/y;
const ATTRIBUTE = /\s{0,64}([A-Za-z_][\w.:-]{0,127})\s{0,8}=\s{0,8}(["'])/y;

/** Reads the attributes and leaf elements of an XML-like line; names below the root are joined with dots. Linear, never throws. */
export function xmlPairs(line: string): Pairs | undefined {
  const pairs: Pair[] = [];
  const open: string[] = [];
  let mended = false;
  let position = line.indexOf('<');
  while (position >= 0 && pairs.length < MAX_PAIRS) {
    if (line[position + 1] === '/') {
      open.pop();
      position = line.indexOf('<', position + 2);
      continue;
    }
    TAG.lastIndex = position;
    const tag = TAG.exec(line);
    if (tag === null) {
      position = line.indexOf('<', position + 1);
      continue;
    }
    const name = tag[1] as string;
    const path = [...open.slice(1), name].join('.');
    const attributesEnd = readAttributes(line, position + tag[0].length, name, pairs);
    const textStart = line.indexOf('>', attributesEnd) + 1;
    if (textStart === 0) {
      mended = true;
      break;
    }
    if (line[textStart - 2] === '/') {
      position = line.indexOf('<', textStart);
      continue;
    }
    const first = skipSpace(line, textStart);
    if (line[first] === '<' && !line.startsWith(`</${name}>`, first)) {
      if (open.length < MAX_DEPTH) open.push(name);
      position = first;
      continue;
    }
    const close = line.indexOf(`</${name}>`, textStart);
    const end = close < 0 ? line.length : close;
    if (close < 0 || line.slice(textStart, end).includes('<')) mended = true;
    pairs.push({ key: path, start: textStart, end, quoted: true, partial: close < 0 });
    position = close < 0 ? -1 : line.indexOf('<', close + name.length + 3);
  }
  return pairs.length === 0 ? undefined : { pairs, mended };
}

function readAttributes(line: string, from: number, element: string, pairs: Pair[]): number {
  let position = from;
  for (;;) {
    ATTRIBUTE.lastIndex = position;
    const match = ATTRIBUTE.exec(line);
    if (match === null || pairs.length >= MAX_PAIRS) return position;
    const start = position + match[0].length;
    const close = line.indexOf(match[2] as string, start);
    const end = close < 0 ? line.length : close;
    pairs.push({ key: `${element}.${match[1]}`, start, end, quoted: true, partial: close < 0 });
    if (close < 0) return line.length;
    position = close + 1;
  }
}
