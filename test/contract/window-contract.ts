import { describe, expect, it } from 'vitest';
import { WINDOW_MEMBERS_MAX, type WindowBuckets, type WindowKey } from '../../core/ports/window-store.js';
import { HOSTILE, START_MS, type StoresUnderTest } from './stores-under-test.js';

const EXPIRES = Math.floor(START_MS / 1000) + 3600;

function key(groupHash: string): WindowKey {
  return { ruleHash: 'aa'.repeat(16), groupHash, spanStartMs: START_MS };
}

/** 12 bytes: offset and hash. */
function member(offsetMs: number, hash = offsetMs): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(offsetMs, 0);
  bytes.writeUInt32BE(hash, 8);
  return bytes;
}

function offsets(buckets: WindowBuckets): readonly (readonly [number, readonly number[]])[] {
  return [...buckets]
    .map(([bucket, members]) => {
      const found = members.map((bytes) => Buffer.from(bytes).readUInt32BE(0)).sort((a, b) => a - b);
      return [bucket, found] as const;
    })
    .sort(([a], [b]) => a - b);
}

export function windowContract(current: () => StoresUnderTest): void {
  describe('windows', () => {
    const touch = (group: string, add: WindowBuckets, limit?: number) =>
      current().stores.windows.touch({
        key: key(group),
        add,
        group: { sourceIp: '192.0.2.1' },
        expiresAtSeconds: EXPIRES,
        ...(limit !== undefined && { limit }),
      });

    it('answers a touch with the whole span as it stands after it', async () => {
      current().setNow(START_MS);
      await touch('whole', new Map([[0, [member(1)]]]));
      const span = await touch(
        'whole',
        new Map([
          [0, [member(2)]],
          [4, [member(3)]],
        ]),
      );
      expect(offsets(span.buckets)).toEqual([
        [0, [1, 2]],
        [4, [3]],
      ]);
      expect(span.saturated).toBe(false);
      expect(offsets((await current().stores.windows.read(key('whole'))).buckets)).toEqual(
        offsets(span.buckets),
      );
    });

    it('counts the same member once, however often and in whatever order it is added', async () => {
      for (const offset of [5, 1, 5, 3, 1]) await touch('again', new Map([[0, [member(offset)]]]));
      const span = await touch('again', new Map([[0, [member(1), member(3)]]]));
      expect(offsets(span.buckets)).toEqual([[0, [1, 3, 5]]]);
    });

    it('answers a touch that adds nothing with the span', async () => {
      const span = await touch('whole', new Map());
      expect(offsets(span.buckets)).toEqual([
        [0, [1, 2]],
        [4, [3]],
      ]);
    });

    it('is empty where there is no span', async () => {
      expect(await current().stores.windows.read(key('none'))).toEqual({
        buckets: new Map(),
        saturated: false,
        group: {},
        revision: 0,
      });
    });

    it('lets the last of many touches at once see all of them', async () => {
      const spans = await Promise.all(
        Array.from({ length: 12 }, (_, at) => touch('race', new Map([[at % 3, [member(at)]]]))),
      );
      const sizes = spans.map(({ buckets }) => offsets(buckets).flatMap(([, found]) => found).length);
      expect(Math.max(...sizes)).toBe(12);
    });

    it('keeps the smallest members of a full span whatever the order of arrival, and says that it is full', async () => {
      const batches = [
        [9, 1, 7],
        [3, 2],
        [8, 6, 5, 4, 0],
      ].map((batch) => batch.map((offset) => member(offset)));
      for (const [at, order] of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0, 1],
      ].entries()) {
        let span = { buckets: new Map() as WindowBuckets, saturated: false };
        for (const batch of order) span = await touch(`full-${at}`, new Map([[0, batches[batch] ?? []]]), 4);
        expect(offsets(span.buckets)).toEqual([[0, [0, 1, 2, 3]]]);
        expect(span.saturated).toBe(true);
      }
    });

    it('says so when one touch alone brings more than is kept', async () => {
      const members = Array.from({ length: WINDOW_MEMBERS_MAX + 100 }, (_, offset) => member(offset));
      const span = await touch(
        'flood',
        new Map([
          [0, members.slice(0, 50)],
          [1, members.slice(50)],
        ]),
      );
      expect(span.saturated).toBe(true);
      const kept = offsets(span.buckets).flatMap(([, found]) => found);
      expect(kept).toEqual(Array.from({ length: WINDOW_MEMBERS_MAX }, (_, offset) => offset));
    });

    it('reads many spans at once, in the order asked for', async () => {
      const { windows } = current().stores;
      for (const at of [0, 1, 2, 5]) {
        await windows.touch({
          key: { ...key('spans'), spanStartMs: START_MS + at * 60_000 },
          add: new Map([[0, [member(at)]]]),
          group: {},
          expiresAtSeconds: EXPIRES,
        });
      }
      const at = (minute: number) => ({ ...key('spans'), spanStartMs: START_MS + minute * 60_000 });
      const spans = await windows.readAll([at(2), at(1), at(3), at(2)]);
      expect(spans.map(({ buckets }) => offsets(buckets))).toEqual([[[0, [2]]], [[0, [1]]], [], [[0, [2]]]]);
      const many = await windows.readAll(Array.from({ length: 230 }, (_, minute) => at(minute)));
      expect(many.filter(({ buckets }) => buckets.size > 0)).toHaveLength(4);
    });

    it('drops members, and never creates a span by dropping', async () => {
      const { windows } = current().stores;
      await touch('drop', new Map([[0, [member(1), member(2), member(3)]]]));
      await windows.drop(key('drop'), new Map([[0, [member(2)]]]));
      await windows.drop(
        key('drop'),
        new Map([
          [0, [member(2)]],
          [1, []],
        ]),
      );
      expect(offsets((await windows.read(key('drop'))).buckets)).toEqual([[0, [1, 3]]]);
      await windows.drop(key('dropped-nothing'), new Map([[0, [member(2)]]]));
      expect((await windows.read(key('dropped-nothing'))).buckets.size).toBe(0);
    });

    it('forgets a span that has expired', async () => {
      const { stores, setNow } = current();
      await touch('old', new Map([[0, [member(1)]]]));
      setNow(EXPIRES * 1000);
      expect((await stores.windows.read(key('old'))).buckets.size).toBe(0);
      expect((await stores.windows.readAll([key('old')])).map(({ buckets }) => buckets.size)).toEqual([0]);
      setNow(START_MS);
    });

    it('keeps state of an import of old logs, whose own expiry has passed', async () => {
      const { windows } = current().stores;
      const old: WindowKey = { ...key('import'), spanStartMs: Date.UTC(2015, 4, 17) };
      const span = await windows.touch({
        key: old,
        add: new Map([[0, [member(1)]]]),
        group: {},
        expiresAtSeconds: 1_431_900_000,
      });
      expect(span.buckets.size).toBe(1);
      expect((await windows.read(old)).buckets.size).toBe(1);
    });

    it('takes hostile groups', async () => {
      const { windows } = current().stores;
      const hostile = { ruleHash: HOSTILE, groupHash: HOSTILE, spanStartMs: Number.NaN };
      const span = await windows.touch({
        key: hostile,
        add: new Map([[-3, [member(1)]]]),
        group: { [HOSTILE]: HOSTILE, userAgent: '' },
        expiresAtSeconds: EXPIRES,
      });
      expect(offsets(span.buckets)).toEqual([[-3, [1]]]);
    });

    it('keeps the members of each bucket that sort first, whatever the order of arrival', async () => {
      const { windows } = current().stores;
      const batches = [
        [9, 1, 7],
        [3, 2],
        [8, 6, 0],
      ].map((batch) => batch.map((offset) => member(offset)));
      for (const [at, order] of [
        [0, 1, 2],
        [2, 1, 0, 2],
      ].entries()) {
        let buckets: WindowBuckets = new Map();
        for (const batch of order) {
          const members = batches[batch] ?? [];
          const add = new Map([
            [0, members],
            [5, members.slice(0, 1)],
          ]);
          const touched = { key: key(`each-${at}`), add, group: {}, expiresAtSeconds: EXPIRES, limitEach: 3 };
          ({ buckets } = await windows.touch(touched));
        }
        expect(offsets(buckets)).toEqual([
          [0, [0, 1, 2]],
          [5, [3, 8, 9]],
        ]);
      }
    });

    describe('that are judged when they are closed', () => {
      const hour = 3_600_000;
      // Far in the future, so that nothing else in the list is due before.
      const closesAt = (number: number) => START_MS + 100 * hour + number * hour;
      const mark = (group: string, closesAtMs: number) =>
        current().stores.windows.touch({
          key: key(group),
          add: new Map([[0, [member(1)]]]),
          group: { user: 'ann', text: '' },
          expiresAtSeconds: EXPIRES,
          closesAtMs,
        });
      const due = async (untilMs: number, limit = 100) =>
        (await current().stores.windows.due(untilMs, limit)).map(({ groupHash }) => groupHash);

      it('are listed from the instant they close, earliest first, so many at a time', async () => {
        await mark('due-2', closesAt(2));
        await mark('due-1', closesAt(1));
        expect(await due(closesAt(1) - 1)).toEqual([]);
        expect(await due(closesAt(1))).toEqual(['due-1']);
        expect(await due(closesAt(2))).toEqual(['due-1', 'due-2']);
        expect(await due(closesAt(2), 1)).toEqual(['due-1']);
        expect(await current().stores.windows.due(closesAt(1), 1)).toEqual([key('due-1')]);
      });

      it('say whose they are, and stay listed when they were touched since they were read', async () => {
        const { windows } = current().stores;
        const seen = await windows.read(key('due-1'));
        expect(seen.group).toEqual({ user: 'ann', text: '' });
        await mark('due-1', closesAt(1));
        expect(await windows.closed(key('due-1'), seen.revision)).toBe(false);
        expect(await due(closesAt(1))).toEqual(['due-1']);
        const again = await windows.read(key('due-1'));
        expect(await windows.closed(key('due-1'), again.revision)).toBe(true);
        expect(await due(closesAt(1))).toEqual([]);
      });

      it('are listed again when they are opened again, where they are', async () => {
        const { windows } = current().stores;
        const before = await windows.read(key('due-1'));
        await windows.reopen(key('due-1'), closesAt(1));
        await windows.reopen(key('due-none'), closesAt(1));
        expect(await due(closesAt(1))).toEqual(['due-1']);
        expect(await windows.closed(key('due-1'), before.revision)).toBe(false);
        expect((await windows.read(key('due-none'))).revision).toBe(0);
      });

      it('are taken off the list whatever they are when nobody asks for a revision', async () => {
        const { windows } = current().stores;
        for (const group of ['due-1', 'due-2'])
          expect(await windows.closed(key(group), undefined)).toBe(true);
        expect(await windows.closed(key('due-none'), undefined)).toBe(false);
        expect(await due(closesAt(9))).toEqual([]);
      });
    });
  });
}
