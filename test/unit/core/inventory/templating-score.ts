export interface LabelledPath {
  readonly path: string;
  readonly template: string;
}

export function parseLabelled(text: string): readonly LabelledPath[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [path = '', template = ''] = line.split(' ');
      return { path, template };
    });
}

export interface Score {
  readonly right: number;
  readonly claimed: number;
  readonly expected: number;
  readonly precision: number;
  readonly recall: number;
  readonly wrong: readonly string[];
}

/** Precision and recall of parameter positions: a segment counts once, as a parameter or not. */
export function scorePositions(
  labelled: readonly LabelledPath[],
  toTemplate: (path: string) => string,
): Score {
  let right = 0;
  let claimed = 0;
  let expected = 0;
  const wrong: string[] = [];
  for (const { path, template } of labelled) {
    const found = toTemplate(path);
    const expectedAt = template.split('/').map((segment) => segment.includes('{'));
    const actual = found.split('/').map((segment) => segment.includes('{'));
    for (let i = 0; i < Math.max(expectedAt.length, actual.length); i++) {
      if (actual[i] === true) claimed++;
      if (expectedAt[i] === true) expected++;
      if (actual[i] === true && expectedAt[i] === true) right++;
      if (actual[i] !== expectedAt[i]) wrong.push(`${path} gave ${found}, expected ${template}`);
    }
  }
  return { right, claimed, expected, precision: right / claimed, recall: right / expected, wrong };
}
