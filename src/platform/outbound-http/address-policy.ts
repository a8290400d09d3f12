import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** The ports where web servers listen. A port scan by way of our webhooks would learn nothing of other services. */
const WEB_PORTS: readonly number[] = [80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888, 9443];

/** Public by its number, but the host's own services answer there on Azure. */
const AZURE_HOST = '168.63.129.16';
const GLOBAL_UNICAST_V6: Range = ipaddr.parseCIDR('2000::/3');

/** Which addresses and ports customers may have called. */
export class AddressPolicy {
  private readonly exceptions: readonly Range[];

  /** `allowed` are the CIDR ranges that the operator has opened, whatever they hold; elsewhere only `ports` may be called. */
  constructor(
    allowed: readonly string[],
    private readonly ports = WEB_PORTS,
  ) {
    this.exceptions = allowed.map((range) => ipaddr.parseCIDR(range));
  }

  /** What is wrong with this address and port as the end of a sentence, or null. What is no address at all is wrong too. */
  refusalOf(address: string, port: number, called = `the address ${address}`): string | null {
    const parsed = parse(address);
    if (this.isOpened(address)) return null;
    if (parsed === undefined || !isPublic(parsed)) return `${called}, which is not public`;
    return this.refusalOfUnusual(port);
  }

  /** Whether the operator has opened a range that holds the address. */
  isOpened(address: string): boolean {
    const parsed = parse(address);
    return parsed !== undefined && this.exceptions.some((range) => isWithin(parsed, range));
  }

  /** The same for a name whose addresses are not known yet: the operator's ranges may open any port. */
  refusalOfPort(port: number): string | null {
    return this.exceptions.length > 0 ? null : this.refusalOfUnusual(port);
  }

  private refusalOfUnusual(port: number): string | null {
    return this.ports.includes(port) ? null : `the port ${port}, which is none of ${this.ports.join(', ')}`;
  }
}

/** A strict reading: ipaddr.js would take `0x7f.1` too. Zones belong to links of this machine, so they are never right. */
function parse(address: string): Address | undefined {
  return isIP(address) > 0 && !address.includes('%') ? ipaddr.parse(address) : undefined;
}

/** An IPv4 address in IPv6 clothes is in no range: it would be a second way to the same place, which nobody needs. */
function isWithin(address: Address, range: Range): boolean {
  return address.kind() === range[0].kind() && address.range() !== 'ipv4Mapped' && address.match(range);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || address.toString() === AZURE_HOST) return false;
  // Elsewhere IPv6 is unassigned, or holds forms like ::127.0.0.1 that ipaddr.js takes for unicast.
  return address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST_V6);
}
