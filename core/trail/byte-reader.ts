import { Fault } from '../fault.js';

/** Reads what `ByteWriter` wrote; running past the end is `Fault('store.corrupt')`. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    return value === undefined ? corruptSegment('ends early') : value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    return Number.isSafeInteger(value) ? value : corruptSegment('integer too large');
  }

  /** A count of things that take at least `bytesEach`, so that a damaged one cannot ask for endless memory. */
  count(most: number): number {
    const count = this.varint();
    return count <= most ? count : corruptSegment('count too large');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float64(): number {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) return corruptSegment('ends early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  rest(): Uint8Array {
    return this.take(this.bytes.length - this.at);
  }
}

export function corruptSegment(what: string): never {
  throw new Fault('store.corrupt', { what: 'segment', problem: what });
}
