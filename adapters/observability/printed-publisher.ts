import type { Publisher } from '../../core/ports/publisher.js';

/** Announces alerts as lines of text: where no account is, the terminal is the channel. */
export function printedPublisher(write: (line: string) => void): Publisher {
  return {
    name: 'printed',
    async publish(alert) {
      const line = `${new Date(alert.lastMs).toISOString()} ${alert.level.toUpperCase()} ${alert.title}: ${alert.why} [${alert.id}]`;
      // A rule's title may come from anyone's rule file: nothing in it may steer a terminal.
      write(`${line.replace(UNPRINTABLE, '�')}\n`);
    },
  };
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
