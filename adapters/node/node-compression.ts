import { gzipSync, unzipSync } from 'node:zlib';
import { Fault } from '../../core/fault.js';
import type { Compression } from '../../core/ports/compression.js';

const NOT_BASE64 = /[^A-Za-z0-9+/=\s]/;

/** `Compression` on node:zlib, synchronous: one core decodes fastest without a thread hop. */
export const nodeCompression: Compression = {
  gzip: (bytes) => gzipSync(bytes),
  gunzip(bytes, maxBytes) {
    try {
      return unzipSync(bytes, { maxOutputLength: maxBytes });
    } catch (cause) {
      throw new Fault('payload.unreadable', { what: 'gzip', bytes: bytes.byteLength, maxBytes }, { cause });
    }
  },
  encodeUtf8: (text) => Buffer.from(text, 'utf8'),
  decodeUtf8: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  decodeBase64(text) {
    if (NOT_BASE64.test(text))
      throw new Fault('payload.unreadable', { what: 'base64', characters: text.length });
    return Buffer.from(text, 'base64');
  },
};
