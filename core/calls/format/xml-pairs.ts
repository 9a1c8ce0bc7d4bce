import { closingTags } from './closing-tags.js';
import type { Pair, Pairs } from './json-pairs.js';
import { meaningsOf } from './key-aliases.js';
import { trustOf } from './pair-values.js';
import { skipSpace } from './separator-search.js';

const MAX_PAIRS = 4096;
const MAX_DEPTH = 16;
const TAG = /<\/?([A-Za-z_][\w.:-]{0,127})/y;
const ATTRIBUTE = /\s{0,64}([A-Za-z_][\w.:-]{0,127})\s{0,8}=\s{0,8}(["'])/y;

/**
 * Reads the attributes and leaf elements of an XML-like line; names below the root are joined with dots. What a caller
 * writes most freely (user agent, path) holds no elements, an element ends where the one around it does, and a tag that
 * nothing closes opens none: so no tag of a caller's hides what follows. Linear, never throws.
 */
export function xmlPairs(line: string): Pairs | undefined {
  const pairs: Pair[] = [];
  const open: string[] = [];
  const closingOf = closingTags(line);
  const tagEnd = nextOf(line, '>');
  let mended = false;
  let position = line.indexOf('<');
  while (position >= 0 && pairs.length < MAX_PAIRS) {
    const name = tagAt(line, position);
    if (name === undefined) {
      position = line.indexOf('<', position + 1);
      continue;
    }
    if (line[position + 1] === '/') {
      const levels = open.length - open.lastIndexOf(name);
      // a closing tag closes what stands open in its element; one without an element is somebody's text
      if (levels > open.length) mended = true;
      else open.length -= levels;
      mended ||= levels > 1;
      position = line.indexOf('<', position + 2);
      continue;
    }
    const path = [...open.slice(1), name].join('.');
    const attributes = readAttributes(line, position + 1 + name.length, name, pairs);
    mended ||= attributes.mended;
    const textStart = tagEnd(attributes.end) + 1;
    const nextTag = line.indexOf('<', attributes.end);
    if (textStart === 0 || (nextTag >= 0 && nextTag < textStart)) {
      mended = true;
      position = nextTag;
      continue;
    }
    if (line[textStart - 2] === '/') {
      position = line.indexOf('<', textStart);
      continue;
    }
    const isText = isCallersText(name);
    const close = closingOf(name, textStart);
    const first = skipSpace(line, textStart);
    if (line[first] === '<' && first !== close && !isText) {
      if (open.length < MAX_DEPTH) open.push(name);
      position = first;
      continue;
    }
    const around = open.at(-1);
    const parentClose = around === undefined ? -1 : closingOf(around, textStart);
    const isFragment = parentClose >= 0 && (close < 0 || (close > parentClose && !isText));
    if (isFragment) {
      mended = true;
      position = line.indexOf('<', position + 1);
      continue;
    }
    const end = close < 0 ? line.length : close;
    if (close < 0 || line.slice(textStart, end).includes('<')) mended = true;
    pairs.push({ key: path, start: textStart, end, quoted: true, partial: close < 0 });
    position = close < 0 ? -1 : line.indexOf('<', close + name.length + 3);
  }
  return pairs.length === 0 ? undefined : { pairs, mended };
}

/** The first place of a character at or behind a position, or -1; positions ascend, so that the whole costs one pass. */
function nextOf(line: string, character: string): (from: number) => number {
  let next = 0;
  return (from) => {
    if (next >= 0 && (next < from || line[next] !== character)) next = line.indexOf(character, from);
    return next;
  };
}

function tagAt(line: string, position: number): string | undefined {
  TAG.lastIndex = position;
  return TAG.exec(line)?.[1];
}

/** User agents and paths: what a caller writes word for word. */
function isCallersText(name: string): boolean {
  const trust = trustOf({ key: name });
  return trust !== undefined && trust <= FREEST_TEXT;
}

const FREEST_TEXT = 20;

/** Adds the attributes. A value that runs over tags is one only where its name says something: else a quote in a text began it. */
function readAttributes(line: string, from: number, element: string, pairs: Pair[]) {
  let end = from;
  let mended = false;
  for (;;) {
    ATTRIBUTE.lastIndex = end;
    const match = ATTRIBUTE.exec(line);
    if (match === null || pairs.length >= MAX_PAIRS) return { end, mended };
    const key = `${element}.${match[1]}`;
    const start = end + match[0].length;
    const close = line.indexOf(match[2] as string, start);
    const nextTag = line.indexOf('<', start);
    if (nextTag >= 0 && (close < 0 || nextTag < close)) {
      mended = true;
      if (close < 0 || meaningsOf(key).length === 0) return { end, mended };
    }
    const valueEnd = close < 0 ? line.length : close;
    pairs.push({ key, start, end: valueEnd, quoted: true, partial: close < 0 });
    if (close < 0) return { end: line.length, mended: true };
    end = close + 1;
  }
}
