import {type DnsRecord, type PresentSet} from './dns-record.js';
import {both, without} from './value-sets.js';

/** What to do about a record set. `mine`: what of it is ours then. */
export type RecordDecision =
	| {readonly what: 'nothing'; readonly mine: readonly string[]}
	/** `lacks`: why it will still not be as it is wanted, though what is ours and not wanted goes; null: it will be. */
	| {readonly what: 'write'; readonly to: readonly string[]; readonly mine: readonly string[]; readonly lacks: string | null}
	/** To be left to whoever made it. */
	| {readonly what: 'foreign'; readonly why: string};

/**
 What the difference between what is wanted and what stands there asks for. Values that somebody else made are never taken away, and nothing is added
 to them; a generic name is replaced, whoever made it, and comes back only where nobody else's stands.
 */
export const decideRecord = (
	{values: wanted, mine, generic, isGivenUp, takesOver}: Pick<DnsRecord, 'values' | 'mine' | 'generic' | 'isGivenUp' | 'takesOver'>,
	{values: present, alias}: PresentSet,
): RecordDecision => {
	const isToGo = isGivenUp || wanted.length === 0;
	if (alias !== null) {
		return isToGo ? {what: 'nothing', mine: []} : {what: 'foreign', why: `a CNAME to ${alias} stands there`};
	}

	const ours = takesOver && !isToGo ? present : both(present, mine);
	const theirs = without(present, ours);
	const strangers = without(theirs, [...wanted, ...generic === null ? [] : [generic]]);
	const isInTheWay = strangers.length > 0 && without(wanted, present).length > 0;
	const to = isInTheWay || wanted.length === 0 ? [...both(ours, wanted), ...theirs] : [...wanted, ...strangers];
	const why = !isToGo && isInTheWay ? `${strangers.join(', ')} stands there, which cronsole did not make` : null;
	if (to.length !== present.length || without(to, present).length > 0) {
		return {
			what: 'write', to, mine: without(to, theirs), lacks: why,
		};
	}

	return why === null ? {what: 'nothing', mine: without(to, theirs)} : {what: 'foreign', why};
};
