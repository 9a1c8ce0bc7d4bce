import { LEVELS, type Level } from '../core/sigma/rule-source.js';
import type { Colours } from './table.js';

export function isAtLeast(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}

/** Paints text in the colour of a level: what should be looked at first stands out. */
export function paintLevel(text: string, level: string, colours: Colours): string {
  switch (level) {
    case 'critical':
      return colours.bold(colours.red(text));
    case 'high':
      return colours.red(text);
    case 'medium':
      return colours.yellow(text);
    case 'low':
      return colours.cyan(text);
    default:
      return colours.dim(text);
  }
}
