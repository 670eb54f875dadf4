module.exports = {
  apps: [{ name: 'shop', script: 'server.mjs', exec_mode: 'cluster', instances: 4, wait_ready: true }],
};
