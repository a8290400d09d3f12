import { removeTestPostgres } from './global-setup.js';

export default removeTestPostgres;
