import { assertNever } from '../../assert-never.js';
import type { Comparison } from '../modifiers.js';
import type { ValueShape } from '../value-pattern.js';
import { type EventView, isList, type Predicate, textsOf } from './event-view.js';

/** Compares two fields of one event, lists item by item; absent and null equal nothing, not even each other. */
export function compileReference<E>(
  slot: number,
  other: number,
  { shape, cased }: Extract<Comparison, { readonly kind: 'reference' }>,
): Predicate<E> {
  const holds = comparing(shape);
  return (view) => {
    const texts = textsAt(view, slot, { cased });
    if (texts.length === 0) return false;
    const wanted = textsAt(view, other, { cased });
    return texts.some((text) => wanted.some((part) => holds(text, part)));
  };
}

function textsAt<E>(
  view: EventView<E>,
  slot: number,
  { cased }: { readonly cased: boolean },
): readonly string[] {
  const value = view.value(slot);
  if (isList(value)) return cased ? textsOf(value) : view.foldedTexts(slot);
  const text = cased ? view.text(slot) : view.foldedText(slot);
  return text === undefined ? [] : [text];
}

function comparing(shape: ValueShape): (text: string, part: string) => boolean {
  switch (shape) {
    case 'whole':
      return (text, part) => text === part;
    case 'contains':
      return (text, part) => text.includes(part);
    case 'startswith':
      return (text, part) => text.startsWith(part);
    case 'endswith':
      return (text, part) => text.endsWith(part);
    default:
      return assertNever(shape);
  }
}
