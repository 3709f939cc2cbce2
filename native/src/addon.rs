//! What Node sees: reading threads that speak the messages of `src/front/messages.ts`.
