const confirming = ['test/commands/confirm.test.ts'];
const secrets = ['test/pipelines/send-messages.test.ts', 'test/clients/mail/smtp.test.ts'];

// What people may ask for, and what they are shown.
export const people = [
	{
		name: 'what destroys something needs no confirmation', file: 'source/commands/io/confirm.ts',
		find: 'if (flags.yes) {', replace: 'if (true) {', tests: confirming,
	},
	{
		name: 'any word confirms', file: 'source/commands/io/confirm.ts',
		find: 'if (typed.trim().toLowerCase() !== word.toLowerCase()) {', replace: 'if (false) {', tests: confirming,
	},
	{
		name: 'a read-only session may order', file: 'source/intents/create-intents.ts',
		find: 'context.isReadOnly ? lookers', replace: 'false ? lookers', tests: ['test/intents/vm-verbs.test.ts'],
	},
	{
		name: 'what the matrix refuses is allowed', file: 'source/intents/ask-vm.ts',
		find: 'if (typeof when === \'object\') {', replace: 'if (false) {', tests: ['test/intents/terminate.test.ts'],
	},
	{
		name: 'a change that loses data needs no consent', file: 'source/intents/change-vm.ts',
		find: 'if (!allowDataLoss && plan.losesData !== null) {', replace: 'if (false) {', tests: ['test/intents/change-vm.test.ts'],
	},
	{
		name: 'colours of a foreign text stay', file: 'source/domain/safe-text.ts',
		find: '.replaceAll(csi, \'\')', replace: '', tests: ['test/domain/safe-text.test.ts'],
	},
	{
		name: 'what is invisible in a foreign text stays', file: 'source/domain/safe-text.ts',
		find: '.replaceAll(invisible, \'\')', replace: '', tests: ['test/domain/safe-text.test.ts'],
	},
	{
		name: 'what a name server says is shown as it is', file: 'source/pipelines/settle-record.ts',
		find: 'line: safeText(', replace: 'line: String(', tests: ['test/pipelines/pay-records.test.ts'],
	},
	{
		name: 'a secret is not blotted out', file: 'source/domain/without-secrets.ts',
		find: 'clean.replaceAll(secret, \'••••\')', replace: 'clean', tests: secrets,
	},
	{
		name: 'a password that a cluster quotes stands in the error', file: 'source/pipelines/note-failure.ts',
		find: 'error.message = withoutSecrets(error.message, [password]);', replace: '', tests: ['test/failures/secrets.test.ts'],
	},
	{
		name: 'a told password stays', file: 'source/pipelines/settle-message.ts',
		find: 'await eraseTold(row, tables, now);', replace: '', tests: ['test/pipelines/send-messages.test.ts'],
	},
];
