exports.ThreadPool = require('rxjs-task-runner').ThreadPool;
