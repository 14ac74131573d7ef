/**
 * Returns the network that an address stands for, by which whoever has many addresses counts once: of IPv6 the first 64 bits, of
 * IPv4 the address, also where it is written as IPv6. A text that is not an address stands for itself.
 */
export function networkOf(source: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(source)?.[1];
  if (mapped !== undefined) return mapped;
  const address = source.replace(/%.*/s, "");
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address)) return source;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length - Number(tail.includes("."));
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill("0"), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
