import {type Form, type FormName} from './form.js';
import {installForm} from './install-form.js';
import {scheduleForm} from './schedule-form.js';
import {vmForm} from './vm-form.js';

const forms: Readonly<Record<FormName, Form>> = {vm: vmForm, install: installForm, schedule: scheduleForm};

export const formOf = (name: FormName): Form => forms[name];
