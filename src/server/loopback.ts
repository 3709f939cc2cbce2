export { isLoopback, plainAddress } from '../core/loopback.js'
