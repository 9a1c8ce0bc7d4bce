import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { decodeFailureRecord, FAILURES_PREFIX, type FailureRecord, mayBeOf } from './failure-record.js';
import { sendOrFault } from './installation-fault.js';

/** An object in which a payload of the collector may lie. */
export interface FailureObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** The bucket that failed payloads lie in. Each method throws `Fault('installation.failed')`. */
export interface FailureBucket {
  /** Objects put since then that may be of the function, in order of their keys. */
  objects(functionName: string, sinceMs: number): AsyncIterable<FailureObject>;
  /** `undefined` when it is gone or no record of Lambda's. */
  record(key: string): Promise<FailureRecord | undefined>;
  /** The bucket is versioned: for 30 days what is deleted can be had back. */
  remove(key: string): Promise<void>;
}

export function s3FailureBucket(client: S3Client, bucket: string): FailureBucket {
  return {
    async *objects(functionName, sinceMs) {
      let token: string | undefined;
      do {
        const page = await sendOrFault('ListObjectsV2', bucket, () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: FAILURES_PREFIX,
              ...(token !== undefined && { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key: key, LastModified: put, Size: sizeBytes = 0 } of page.Contents ?? [])
          if (key !== undefined && mayBeOf(functionName, key) && (put?.getTime() ?? sinceMs) >= sinceMs)
            yield { key, sizeBytes };
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },

    async record(key) {
      const text = await sendOrFault('GetObject', bucket, async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          return await Body?.transformToString('utf8');
        } catch (error) {
          // Somebody else was faster, or its 90 days are over.
          if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
          throw error;
        }
      });
      return text === undefined ? undefined : decodeFailureRecord(text);
    },

    async remove(key) {
      await sendOrFault('DeleteObject', bucket, () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
      );
    },
  };
}
