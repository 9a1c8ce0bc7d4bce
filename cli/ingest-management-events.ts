import { maskedSample } from '../core/calls/format/masked-sample.js';
import { type ManagementEvent, readManagementEvent } from '../core/control-plane/management-event.js';
import type { FileTally } from './file-tally.js';
import type { LocalSystem } from './local-system.js';

/**
 * Gives the management events among a file's records to the trail and the rules; what is none is rejected, and not set aside:
 * it is still in the file, and no other format would read it. Windows and trail know each event by its id, so that a file
 * that comes again changes nothing.
 */
export async function ingestManagementEvents(
  records: AsyncIterable<unknown>,
  tally: FileTally,
  system: Pick<LocalSystem, 'ingestManagementEvents'>,
): Promise<void> {
  async function* events(): AsyncGenerator<ManagementEvent> {
    let position = 0;
    for await (const record of records) {
      position += 1;
      const read = readManagementEvent(record);
      if (read.kind === 'event') yield read.event;
      else {
        const reason =
          read.kind === 'other' ? 'no management event' : `no CloudTrail record: ${read.problems.join('; ')}`;
        tally.addRejected(reason, position, maskedSample(JSON.stringify(record) ?? ''));
      }
    }
  }
  tally.addManagementEvents(await system.ingestManagementEvents(events()));
}
