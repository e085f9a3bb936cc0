import {type TaskName} from '../domain/task.js';
import {type Here} from './command-line.js';
import {type FormName, type FormValues} from './forms/form.js';
import {type Effect} from './state.js';

/** A question before something that cannot be taken back lightly. Its focus starts on Cancel. */
export type Question = {
	readonly title: string;
	/** What it does to what, a line each. */
	readonly lines: readonly string[];
	/** The other button. */
	readonly yes: string;
	/** What must be typed first; null: nothing. */
	readonly typed: readonly string[] | null;
	/** Whatever is typed is the answer, and goes on as a `reply`; whoever asked judges it. */
	readonly isFree?: true;
	readonly effect: Effect;
	/** What Cancel does, where that is more than nothing. */
	readonly otherwise?: Effect;
};

/** What was typed before something could be read is not meant for it. */
export const isUnread = ({paintedAt}: {readonly paintedAt: number | null}, at: number): boolean => paintedAt === null || at - paintedAt < 250;

/** Whether something is typed into a question. */
export const takesText = ({typed, isFree}: Question): boolean => typed !== null || isFree === true;

/** What takes the keys while it is there. */
export type Overlay =
	| {readonly kind: 'filter'; readonly text: string}
	/** `text` is a few letters of a verb, or a verb and its words; `recalled`: how far back in `commandLines`; `here`: the row that it was opened on. */
	| {readonly kind: 'palette'; readonly text: string; readonly index: number; readonly recalled: number; readonly here: Here}
	/** `about`: the VM that the form is for; `field`: which has the cursor, one behind the last is the button. */
	| {
		readonly kind: 'form'; readonly form: FormName; readonly about: string | null; readonly values: FormValues; readonly field: number;
		/** By field, and under '' what is about none of them. */
		readonly problems: Readonly<Record<string, string>>; readonly isSending: boolean;
		/** Whether what the store knows of `about` is still being read. */
		readonly isReading: boolean;
		/** What stood in it before anything was typed. */
		readonly start: FormValues;
		/** The fields that the cursor has left: only their problems are shown. */
		readonly left: readonly string[];
		/** Whether it was said that leaving throws away what was typed. */
		readonly isWarned: boolean;
	}
	/** `start`: what stood there. */
	| {readonly kind: 'interval'; readonly task: TaskName; readonly text: string; readonly start: string}
	| {readonly kind: 'hold'; readonly text: string}
	/** `paintedAt`: when it was surely on the screen, monotonic; null until then. */
	| {readonly kind: 'question'; readonly question: Question; readonly focus: 'cancel' | 'yes'; readonly text: string; readonly paintedAt: number | null};
