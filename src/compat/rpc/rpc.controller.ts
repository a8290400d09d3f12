import { Controller, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentActor, Public } from '../../access/access.decorators.js';
import { mayGrant, type Actor } from '../../access/actor.js';
import { ENV, type Env } from '../../config/env.js';
import { Forbidden } from '../../platform/errors/app-errors.js';
import { clientAddress } from '../../platform/http/client-address.js';
import { contentType, type RpcRequest } from './dialect.js';
import { RpcRefusal, Written, type RpcFunction } from './function.js';
import { loginValueOf } from './login-cookie.js';
import { RpcCallers } from './rpc-callers.guard.js';
import { RpcDesk } from './rpc-desk.js';
import { ApiRpcAnswer, ApiRpcBody } from './rpc.docs.js';
import { functionNamed } from './table.js';

@ApiTags('RPC')
@Controller('include')
export class RpcController {
  private readonly disabled: ReadonlySet<RpcFunction>;

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly desk: RpcDesk,
  ) {
    this.disabled = new Set(env.RPC_DISABLED_FUNCTIONS.map(mustBeKnown));
  }

  @ApiRpcAnswer()
  @ApiRpcBody()
  @Post('api.php')
  @HttpCode(200)
  @Public()
  @UseGuards(RpcCallers)
  @ApiExtension('x-dialect', 'rpc')
  @ApiOperation({
    summary: 'Call a function',
    description:
      'One address for all functions, also under any folder in front of it. `token` is the API token of an admin; it may stand in the ' +
      'Authorization header too. The answer is JSON, called `text/plain` unless the Accept header names `application/json`.',
  })
  callRpcFunction(@CurrentActor() actor: Actor, @Req() req: RpcRequest, @Res({ passthrough: true }) res: Response) {
    return this.answer(actor, req.body as Record<string, unknown>, req, res);
  }

  @ApiRpcAnswer()
  @Get('api.php')
  @Public()
  @UseGuards(RpcCallers)
  @ApiExtension('x-dialect', 'rpc')
  @ApiOperation({ summary: 'Fetch mail', description: 'For timers, which call it with `piping=true` and a token.' })
  fetchMailByRpc(@CurrentActor() actor: Actor, @Req() req: RpcRequest, @Res({ passthrough: true }) res: Response) {
    return this.answer(actor, { function: 'email-piping' }, req, res);
  }

  private async answer(
    actor: Actor,
    { function: name, envelope, ...given }: Record<string, unknown>,
    req: RpcRequest,
    res: Response,
  ): Promise<string> {
    const called = functionNamed(typeof name === 'string' ? name.trim() : '');
    if (!called) throw new RpcRefusal('function-not-found');
    if (this.disabled.has(called)) throw new RpcRefusal('function-disabled', 'This desk is set up not to serve the function');
    if (!mayGrant(actor.scopes, [called.scope])) throw new Forbidden(`The token lacks the scope ${called.scope}`);
    const answered = await called.call({ actor, desk: this.desk, address: clientAddress(req), login: loginValueOf(req) }, given);
    res.setHeader('Content-Type', contentType(req, res, this.env.RPC_ALWAYS_JSON));
    const isUnwrapped = ['0', 'false'].includes(String(envelope).trim().toLowerCase());
    return written(called, answered instanceof Written ? answered.json : JSON.stringify(answered), isUnwrapped);
  }
}

// A switch that is misspelt would leave open what its operator believes to be shut.
function mustBeKnown(name: string): RpcFunction {
  const known = functionNamed(name);
  if (!known) throw new Error(`RPC_DISABLED_FUNCTIONS: there is no function ${name}`);
  return known;
}

const OF_THE_ENVELOPE = ['success', 'response'];

/** rpc-conventions.md section 1.3. */
function written({ isBare }: RpcFunction, json: string, isUnwrapped: boolean): string {
  if (isBare && isUnwrapped) return json;
  const beside = isBare && json.startsWith('{') ? Object.entries(JSON.parse(json) as object) : [];
  const copied = Object.fromEntries(beside.filter(([key]) => !OF_THE_ENVELOPE.includes(key)));
  return `${JSON.stringify({ success: true, ...copied }).slice(0, -1)},"response":${json}}`;
}
