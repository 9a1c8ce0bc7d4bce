import { isNumberedWord } from './known-words.js';

/** Counts over a run of ASCII letters and digits, taken in one pass. */
export interface WordShape {
  readonly length: number;
  readonly digits: number;
  readonly uppers: number;
  /** Runs of digits. */
  readonly digitRuns: number;
  readonly longestDigitRun: number;
  readonly longestLetterRun: number;
  readonly vowels: number;
  readonly longestConsonantRun: number;
  /** Places where a lower-case letter and an upper-case one meet. */
  readonly caseSwitches: number;
  readonly hexOnly: boolean;
}

/** Measures `text` from `start` to `end`; characters that are neither letter nor digit count as neither. */
export function wordShape(text: string, start: number, end: number): WordShape {
  let digits = 0;
  let uppers = 0;
  let digitRuns = 0;
  let digitRun = 0;
  let longestDigitRun = 0;
  let letterRun = 0;
  let longestLetterRun = 0;
  let vowels = 0;
  let consonantRun = 0;
  let longestConsonantRun = 0;
  let caseSwitches = 0;
  let hexOnly = true;
  let previous = 0; // 1 lower, 2 upper, 4 digit
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      digits++;
      if (previous !== 4) digitRuns++;
      digitRun = previous === 4 ? digitRun + 1 : 1;
      if (digitRun > longestDigitRun) longestDigitRun = digitRun;
      letterRun = 0;
      consonantRun = 0;
      previous = 4;
      continue;
    }
    const lower = code | 32;
    const kind = code < 97 ? 2 : 1;
    if (kind === 2) uppers++;
    if (kind + previous === 3) caseSwitches++;
    previous = kind;
    letterRun++;
    if (letterRun > longestLetterRun) longestLetterRun = letterRun;
    if (lower > 102) hexOnly = false;
    // a e i o u y
    if (lower === 97 || lower === 101 || lower === 105 || lower === 111 || lower === 117 || lower === 121) {
      vowels++;
      consonantRun = 0;
    } else if (++consonantRun > longestConsonantRun) {
      longestConsonantRun = consonantRun;
    }
  }
  const length = end - start;
  return {
    length,
    digits,
    uppers,
    digitRuns,
    longestDigitRun,
    longestLetterRun,
    vowels,
    longestConsonantRun,
    caseSwitches,
    hexOnly,
  };
}

/**
 * Whether a run of letters and digits is an identifier rather than a word. Words keep their digits at one end and
 * few (`oauth2`, `2fa`, `address2`), or hold one or two between letters (`k8s`, `i18n`, `oauth2callback`).
 */
export function isIdentifier(text: string, shape: WordShape): boolean {
  if (shape.digits === 0) return isRandomLetters(shape);
  if (shape.digits === shape.length) return shape.length >= 3;
  if (isVersionWord(text)) return false;
  if (shape.digitRuns === 1) {
    if (shape.longestDigitRun >= 3) return !isNumberedWord(text);
    if (shape.length <= 5) return isUpperCode(shape);
    if (isUpperCode(shape)) return true;
    return shape.longestLetterRun < 3 || isRandomLetters(shape) || isRandomMix(shape);
  }
  // two or more runs of digits: `a1b2c3`, but not `mp3to4` nor `v1beta1`
  return shape.length >= 4 && !(shape.longestLetterRun >= 4 && shape.digits <= 2 && !isRandomMix(shape));
}

/** Capitals with two digits or more: `AB12`, `LHR27`; not `S3` nor `OAUTH2`. */
function isUpperCode(shape: WordShape): boolean {
  return shape.uppers > 0 && shape.uppers + shape.digits === shape.length && shape.digits >= 2;
}

/**
 * Letters that nobody pronounces: long and almost without vowels, or with capitals strewn as no camel-case has them.
 * English has at most six consonants in a row (`knightsbridge`) and about 40 % vowels.
 */
function isRandomLetters(shape: WordShape): boolean {
  const letters = shape.length - shape.digits;
  if (letters < 8) return false;
  if (isStrewn(shape)) return true;
  return letters >= 16 && (shape.longestConsonantRun >= 7 || shape.vowels * 7 < letters);
}

/** With a digit among them fewer letters tell. */
function isRandomMix(shape: WordShape): boolean {
  const letters = shape.length - shape.digits;
  return letters >= 6 && (isStrewn(shape) || shape.longestConsonantRun >= 5 || shape.vowels * 8 < letters);
}

function isStrewn(shape: WordShape): boolean {
  const letters = shape.length - shape.digits;
  return shape.uppers * 3 >= letters && shape.uppers < letters && shape.caseSwitches * 5 >= (letters - 1) * 2;
}

/** `v2`, `V10`, `v1beta1`, `v2alpha`, `v20240101`, `v3rc1`. */
function isVersionWord(text: string): boolean {
  const n = text.length;
  if (n > 12 || (text.charCodeAt(0) | 32) !== 118) return false;
  let i = 1;
  while (i < n && isDigitCode(text.charCodeAt(i))) i++;
  if (i === 1) return false;
  if (i === n) return true;
  const suffix = /^(?:alpha|beta|rc|preview|p|pre)\d{0,3}$/i;
  return suffix.test(text.slice(i));
}

const isDigitCode = (c: number): boolean => c >= 48 && c <= 57;
