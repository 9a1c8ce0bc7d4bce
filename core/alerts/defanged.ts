import type { Alert } from '../ports/finding-store.js';

/**
 * What a caller wrote, such that no mail program, chat or terminal makes a link, a mention or markup of it: `hxxp[:]//evil[.]example`,
 * `‹!here›`, `[at]channel`. Readable, the same when done twice, and linear in the text's length. Addresses and ARNs stay as they are.
 */
export function defanged(text: string): string {
  return (
    text
      .replace(/http(?=s?:\/\/)/gi, 'hxxp')
      .replace(/:(?=\/\/)/g, '[:]')
      // Schemes that need no slashes.
      .replace(/(mailto|tel|sms|callto|javascript|vbscript|data):/gi, '$1[:]')
      // `evil.example` alone is a link, too, wherever a name could end in a top-level domain; browsers know four dots.
      .replace(/[.\u3002\uff0e\uff61](?=\p{L}{2})/gu, '[.]')
      .replaceAll('@', '[at]')
      .replaceAll('<', '‹')
      .replaceAll('>', '›')
      // Last: what was put in above could close a bracket before a parenthesis.
      .replace(/\](?=[([])/g, '] ')
  );
}

/** The alert as it goes into messages: what callers wrote is `defanged`. The stored alert of the same id has it as it was. */
export function defangedAlert(alert: Alert): Alert {
  const { group, apiId, stage } = alert;
  return {
    ...alert,
    group: Object.fromEntries(Object.entries(group).map(([field, value]) => [field, defanged(value)])),
    apiId: apiId === undefined ? undefined : defanged(apiId),
    stage: stage === undefined ? undefined : defanged(stage),
  };
}
