import { ServerError } from '../../errors.ts'

/** Where a bucket is, and who may use it. */
export interface Bucket {
  /** Its URL, with the bucket as path. */
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * `s3://KEY:SECRET@HOST/BUCKET?region=R`; with `s3+http` it is spoken to without TLS. Key and secret are as in any URL:
 * what is not a letter or a digit may stand as `%2F`.
 * @throws ServerError `options/invalid`, without the secret in its words
 */
export function readS3Url(text: string): Bucket {
  const url = URL.parse(text)
  const [, bucket = '', ...more] = url?.pathname.split('/') ?? []
  const protocol = url?.protocol === 's3+http:' ? 'http:' : 'https:'
  const isS3 = url?.protocol === 's3:' || url?.protocol === 's3+http:'
  const isWhole = url && isS3 && url.host !== '' && url.username !== '' && url.password !== ''
  if (!isWhole || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || more.length > 0)
    throw invalid('expected s3://KEY:SECRET@HOST/BUCKET?region=R')
  return {
    endpoint: `${protocol}//${url.host}/${bucket}`,
    region: url.searchParams.get('region') ?? 'auto',
    accessKeyId: decoded(url.username),
    secretAccessKey: decoded(url.password),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('expected KEY and SECRET encoded as in a URL, % as %25')
  }
}

const invalid = (message: string) =>
  new ServerError('options/invalid', `--artifact-url: ${message}`)
