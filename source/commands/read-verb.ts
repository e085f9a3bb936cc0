import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {flagText, type Flags} from './words/flags.js';
import {refuseOtherFlags} from './modes.js';
import {type Call} from './words/parse.js';
import {findVerb, flagsOf, type FoundVerb} from './words/find-verb.js';

/** A word behind a flag that takes its value only after `=` was most likely meant as that. */
const refuseStrayValue = ({words, flags}: Call): void => {
	const optional = (['runTask', 'task', 'clearLocks'] as const).find(flag => flags[flag] === '');
	const word = optional === undefined ? (flags.wait === '' ? words.find(said => /^\d+[dhms]$/.test(said)) : undefined) : words[0];
	if (word === undefined) {
		return;
	}

	const text = flagText(optional ?? 'wait');
	throw new Refused('invalid', `${text} takes its value only behind =`, `write ${text}=${safeText(word, 60)}`);
};

/** Refuses what changes something to a session that only looks. */
export const refuseReadOnly = (flags: Flags, isWriting: boolean, what: string): void => {
	if (isWriting && flags.readOnly) {
		throw new Refused('read-only', `${what} changes something, and this session is read-only`, 'nothing was done; leave --read-only out if you may');
	}
};

/** The verb of a call and its words, once every word and flag of it is seen to fit. Refuses others. */
export const readVerb = (call: Call): FoundVerb => {
	refuseStrayValue(call);
	const {flags} = call;
	const found = findVerb(call.words);
	const {verb} = found;
	refuseOtherFlags(flags, flagsOf(verb), verb.name, `write cronsole ${verb.name} ${verb.usage}`.trimEnd());
	// What only says what would be done changes nothing.
	refuseReadOnly(flags, verb.isWriting && (verb.name !== 'vm change' || flags.plan === undefined) && !flags.dryRun, verb.name);
	return found;
};
