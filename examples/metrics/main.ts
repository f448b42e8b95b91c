import { createService } from './server.js';

createService().listen(9464, '127.0.0.1', () => console.log('http://127.0.0.1:9464/metrics'));
