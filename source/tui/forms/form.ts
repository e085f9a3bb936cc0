import {type App} from '../../app.js';
import {type Settings} from '../../domain/settings.js';
import {type Notice} from '../state.js';

/** The forms by their verbs: `vm create`, `install add`, `backup schedule`. */
export type FormName = 'vm' | 'install' | 'schedule';

/** What stands in the fields, by the field's name. */
export type FormValues = Readonly<Record<string, string>>;

export type FormProblems = Readonly<Record<string, string>>;

type From<T> = (settings: Settings, values: FormValues) => T;

/** A line of a form. */
export type Field = {
	/** Its place in the order: `client.email`. */
	readonly name: string;
	readonly label: string;
	/** Said below the form while the field has the cursor. */
	readonly hint: From<string>;
	/** What may be chosen with left and right, where it is no free text; depends on the config and on other fields. */
	readonly choices?: From<readonly string[]>;
	/** What stands in it for as long as nobody types something else; depends on fields above it. */
	readonly suggest?: From<string>;
	/** Whether it must be filled in. */
	readonly isRequired: boolean;
	/** Whether it is there at all. */
	readonly isThere?: (values: FormValues) => boolean;
	/** What it means in the order, where that is not its text; undefined: nothing. */
	readonly read?: (text: string) => unknown;
};

/** What sending needs besides the program; `say` for what is known on the way. */
export type SendWays = {readonly about: string | null; readonly signal: AbortSignal; readonly say: (text: string) => void};

/** What was done, and how good that is. */
export type Sent = {readonly level: Notice['level']; readonly text: string};

/** A form: its fields and what it asks for. */
export type Form = {
	readonly name: FormName;
	/** `Order a VM`. */
	readonly title: (values: FormValues) => string;
	/** What the button says: `Order`. */
	readonly button: string;
	readonly fields: readonly Field[];
	/** What stands in the fields at first, choices and suggestions apart. */
	readonly start: FormValues;
	/** What the store knows already of the VM `about` (`v101`) that it is for; a form with it is for a VM. */
	readonly read?: (app: App, about: string) => Promise<FormValues>;
	/** What is wrong, by field ('' for what is about none): the same checks as the command's. */
	readonly check: (values: FormValues, settings: Settings) => FormProblems;
	/** Asks for it. Throws `Refused`. */
	readonly send: (app: App, values: FormValues, ways: SendWays) => Promise<Sent>;
};
