/** Whether it is a DNS name of a host (RFC 1123): letters, digits and hyphens, labels up to 63, at most 253 in all, no trailing dot, no IPv4 address. */
export const isHostname = (text: string): boolean =>
	text.length <= 253
	&& text.split('.').every(label => /^[\da-z](?:[\d\-a-z]{0,61}[\da-z])?$/i.test(label))
	&& !/(?:^|\.)\d+$/.test(text);

/** Whether a DNS zone's name is one: a hostname whose labels may have underscores, or a reverse zone. */
export const isZoneName = (text: string): boolean =>
	text.length <= 253 && text.split('.').every(label => /^\w(?:[\w-]{0,61}\w)?$/.test(label) || /^\d+[-/]\d+$/.test(label));
