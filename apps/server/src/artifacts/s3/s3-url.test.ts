import { expect, test } from 'vitest'
import { readS3Url } from './s3-url.ts'

test('a bucket’s URL holds all that is needed', () => {
  expect(readS3Url('s3://AK:a%2Fb%2Bc@s3.eu-central-1.example.com/my-scenes?region=eu-central-1')) //
    .toEqual({
      endpoint: 'https://s3.eu-central-1.example.com/my-scenes',
      region: 'eu-central-1',
      accessKeyId: 'AK',
      secretAccessKey: 'a/b+c',
    })
  expect(readS3Url('s3+http://a:b@localhost:9000/scenes')).toMatchObject({
    endpoint: 'http://localhost:9000/scenes',
    region: 'auto',
  })
})

test.each([
  ...['', 's3', 's3://', 'https://a:hidden@host/bucket', 's3://host/bucket', 's3://a@host/bucket'],
  ...['s3://a:hidden@host', 's3://a:hidden@host/', 's3://a:hidden@host/bucket/folder'],
  ...['s3://a:hidden@host/B', 's3://a:hidden%zz@host/bucket'],
])('%s is refused, without its secret', (url) => {
  const read = () => readS3Url(url)
  expect(read).toThrow('--artifact-url: expected')
  expect(read).not.toThrow('hidden')
})
