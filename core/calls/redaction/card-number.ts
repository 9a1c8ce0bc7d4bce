import { REDACTED } from './secret-catalogue.js';

// A run of digits in groups, each joined to the next by one separator (also percent-encoded) and not inside a word: the
// groups of a UUID touch hexadecimal letters. Issuers begin with 2 to 6; epoch milliseconds begin with 1.
const SEPARATOR = String.raw`(?:[ ._+\u00a0-]|%(?:20|2[bdeBDE]|5[fF]|[cC]2%[aA]0|[aA]0))`;
const CANDIDATE = new RegExp(
  String.raw`(?<![\dA-Za-z]|[\dA-Fa-f][.-])(?<![A-Fa-f][\dA-Fa-f]{0,8}-)[2-6](?:${SEPARATOR}?\d){12,39}(?!\d)`,
  'g',
);
