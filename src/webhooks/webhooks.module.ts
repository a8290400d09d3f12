import { Module } from '@nestjs/common';
import { WebHookSecrets } from './secrets.js';

/** Tells addresses of the outside what happens on the desk. */
@Module({ providers: [WebHookSecrets] })
export class WebHooksModule {}
