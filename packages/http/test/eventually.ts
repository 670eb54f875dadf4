export { eventually } from '@tooling/http-scenarios';
