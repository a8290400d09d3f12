import { Injectable } from '@nestjs/common';
import { Transcripts } from '../../exports/transcripts.service.js';
import { UserLists } from '../../exports/user-lists.service.js';
import { NamedReports } from '../../reports/named/named-reports.service.js';
import { ReportCounts } from '../../reports/named/report-counts.service.js';

/** What the functions about reports and files call. */
@Injectable()
export class RpcReports {
  constructor(
    readonly named: NamedReports,
    readonly counts: ReportCounts,
    readonly transcripts: Transcripts,
    readonly userLists: UserLists,
  ) {}
}
