import {formatAge} from '../domain/duration.js';
import {safeText} from '../domain/safe-text.js';
import {type Spell} from './intents.js';
import {Refused} from './refused.js';

/** A spell in a row: who, why, until when. */
export type SpellRow = {readonly by: string; readonly reason: string | null; readonly since: number; readonly until: number | null};

/** Makes the row of a spell; refuses a reason that is no line of text and an end that is no moment. */
export const spellRow = ({reason, forMs}: Spell, by: string, now: number): SpellRow => {
	if (forMs !== null && (!Number.isFinite(forMs) || forMs <= 0)) {
		throw new Refused('invalid', 'the time must be longer than nothing', 'write it as 30m, 2h or 3d, or leave it out: then it lasts until it is ended');
	}

	const clean = reason === null ? '' : safeText(reason, 300);
	return {
		by, reason: clean === '' ? null : clean, since: now, until: forMs === null ? null : now + forMs,
	};
};

/** ` for 2h: a new switch`. */
export const spellText = ({reason, until}: Pick<SpellRow, 'reason' | 'until'>, now: number): string =>
	`${until === null ? '' : ` for ${formatAge(until - now)}`}${reason === null ? '' : `: ${reason}`}`;

/** Whether a spell that stands says already what is wished; one without reason and end asks for no more than that it stands. */
export const isSaidBy = (standing: SpellRow, wish: Spell): boolean =>
	(wish.reason === null || wish.reason === standing.reason) && (wish.forMs === null ? standing.until === null || wish.reason === null : false);
