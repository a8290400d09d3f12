import { Module } from '@nestjs/common';
import { NamedReportsController } from './named/named-reports.controller.js';
import { NamedReports } from './named/named-reports.service.js';
import { ReportCounts } from './named/report-counts.service.js';
import { ReportsController } from './reports.controller.js';
import { Reports } from './reports.service.js';

@Module({
  // The daily series have paths of their own, which come before names.
  controllers: [ReportsController, NamedReportsController],
  providers: [Reports, NamedReports, ReportCounts],
  exports: [NamedReports, ReportCounts],
})
export class ReportsModule {}
