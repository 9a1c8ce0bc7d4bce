/** gzip and UTF-8, supplied from outside. */
export interface Compression {
  gzip(bytes: Uint8Array): Uint8Array;
  /** Reads gzip and zlib. Throws `Fault('payload.unreadable')` when the bytes are neither, are cut short, or exceed `maxBytes`. */
  gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array;
  encodeUtf8(text: string): Uint8Array;
  /** Invalid sequences become U+FFFD. */
  decodeUtf8(bytes: Uint8Array): string;
  /** Throws `Fault('payload.unreadable')` on text that is not base64. */
  decodeBase64(text: string): Uint8Array;
}
