import type { LookupAddress } from 'node:dns'
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Networks that are nobody's on the internet: the registries of special-purpose addresses (RFC 6890). */
const special4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]

/** Of IPv6 only 2000::/3 is given out, and of that these are special, or hold an address of IPv4. */
const global6 = '2000::/3'
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

function networks(family: 'ipv4' | 'ipv6', list: readonly string[]): BlockList {
  const found = new BlockList()
  for (const network of list) {
    const [address, prefix] = network.split('/') as [string, string]
    found.addSubnet(address, Number(prefix), family)
  }
  return found
}

const notPublic4 = networks('ipv4', special4)
const public6 = networks('ipv6', [global6])
const notPublic6 = networks('ipv6', special6)

/** Whether an address is one on the internet, not of this machine, of a network around it, or of many at once. */
export function isPublicAddress({ address }: LookupAddress): boolean {
  if (isIPv4(address)) return !notPublic4.check(address, 'ipv4')
  if (!isIPv6(address)) return false
  return public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6')
}
