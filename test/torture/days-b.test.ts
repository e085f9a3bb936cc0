import {testDays} from './days-seeds.js';

testDays(1);
