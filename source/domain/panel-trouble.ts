import {type Install} from './install.js';

const opening = (panel: string): string => `waiting for the panel ${panel}: `;

/** The cause that stands in an install whose panel as a whole cannot be used: no attempt is counted, and it is an incident of the panel. */
export const panelTrouble = (panel: string, message: string): string => `${opening(panel)}${message}`;

/** What is wrong with the install's panel as a whole; undefined: nothing that it knows of. */
export const findPanelTrouble = ({panel, cause}: Pick<Install, 'panel' | 'cause'>): string | undefined =>
	cause?.startsWith(opening(panel)) ? cause.slice(opening(panel).length) : undefined;
