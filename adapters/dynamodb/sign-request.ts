import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface RequestToSign {
  /** All of them are signed. Lower-case names; `x-amz-date` and `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly region: string;
}

/**
 * The `authorization` header of a POST to `/` of DynamoDB: AWS Signature Version 4, and no more of it than such a request needs.
 * Checked against the SDK's own signatures.
 */
export function authorization(
  { accessKeyId, secretAccessKey }: Credentials,
  { headers, body, region }: RequestToSign,
): string {
  const time = headers['x-amz-date'] ?? '';
  const day = time.slice(0, 8);
  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(';');
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `POST\n/\n\n${lines}\n${signedHeaders}\n${sha256(body)}`;
  const scope = `${day}/${region}/dynamodb/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const signature = createHmac('sha256', signingKey(secretAccessKey, day, region))
    .update(text)
    .digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

let known: { readonly of: string; readonly key: Buffer } = { of: '', key: Buffer.alloc(0) };

/** The same for a day. */
function signingKey(secret: string, day: string, region: string): Buffer {
  const of = `${day} ${region} ${secret}`;
  if (known.of !== of) {
    let key = Buffer.from(`AWS4${secret}`);
    for (const part of [day, region, 'dynamodb', 'aws4_request'])
      key = createHmac('sha256', key).update(part).digest();
    known = { of, key };
  }
  return known.key;
}

function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}
