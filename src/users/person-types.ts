/** What the person `u` is called (mapping.md section 4): visitor, lead, user, agent, admin or bot. */
export const personTypeSql = (u: string): string => `case when ${u}.kind = 'bot' then 'bot' when ${u}.role = 'admin' then 'admin'
  when ${u}.role <> 'customer' then 'agent' else ${u}.kind end`;
