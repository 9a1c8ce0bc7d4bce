import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Fault } from '../../core/fault.js';
import { errorName } from './cloudwatch-logs-params.js';

/** Where guards find their bundle. S3 gives each version an ETag, by which a guard asks for a newer one only. */
const GUARD_OBJECT_KEY = 'guard/bundle.json';

export function guardObject(client: S3Client, bucket: string): (document: string) => Promise<void> {
  return async (document) => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: GUARD_OBJECT_KEY,
          Body: document,
          ContentType: 'application/json',
          CacheControl: 'no-cache',
        }),
      );
    } catch (cause) {
      throw new Fault('publish.failed', { channel: 'guard', error: errorName(cause) }, { cause });
    }
  };
}
