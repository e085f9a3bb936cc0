/** Words that a shell, a terminal, a path, a spreadsheet, a template, SQL or JavaScript might take for more than a word; none names anything. */
export const hostileWords: readonly string[] = [
	'../../../etc/passwd', '..', '/dev/null', './cronsole.yaml', String.raw`..\..\x`, '%2e%2e%2f', 'file:///etc/passwd',
	'-oProxyCommand=touch${IFS}/tmp/pwned', '--help', '-h', '--', '-', '--yes', '--json=1', '--config=/etc/shadow', '@/etc/passwd',
	'$(reboot)', '`reboot`', '; reboot', '| reboot', '&& reboot', 'a\nb', 'a\r\nBcc: eve@example.org', 'a\r\n\r\n<script>', 'a\u{2028}b', '\t', ' ', '',
	'nul\0byte', '\u{1B}[2J', '\u{1B}]0;owned\u{7}', '\u{9B}31m', '\u{202E}evil', '\u{200B}', '\u{FEFF}', '\u{D800}', 'e\u{301}'.repeat(300), '😀',
	'=cmd|\' /C calc\'!A0', '+1+1', '@SUM(A1)', '{{ 7 | times: 7 }}', '{% include "x" %}', '%s%n', '\'; drop table vms; --', '" or 1=1', 'null', 'undefined', 'NaN',
	'__proto__', 'constructor', 'toString', 'hasOwnProperty', 'v999999', 'v0', 'v-1', 'v1e3', '999999999999999999999', '0', '-1', '1e9', '0x10', 'i999999',
	'fra1/424242', 'fra1/', '/101', 'fra9/101', '999.999.999.999', '203.0.113.300', '::1::', '2001:db8::/x', 'UPID:pve1:zz:', 'a'.repeat(256), 'x'.repeat(100_000),
	`${'a.'.repeat(200)}example.net`, 'web1.example.net.evil.example', '{"reference":"x"}', '2026-13', 'mon=25:00', 'xn--a', 'ſ', 'İ', '101\u{660}',
];

/** Values that fit no field of any order. */
export const hostileValues: readonly unknown[] = [[[]], {a: {b: 1}}, -1, 1.5, 1e308, 'a\0b\n c', '\u{1B}[2Jx\u{7}y', {__proto__: null, constructor: {prototype: {isOwned: true}}}];
