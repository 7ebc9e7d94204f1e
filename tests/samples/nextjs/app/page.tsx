'use client';

import { useEffect, useState } from 'react';

type Report = { stats?: { totalUsers: number; averageSecurityScore: number }; error?: string };

export default function Page() {
  const [report, setReport] = useState<Report>();
  useEffect(() => {
    fetch('/api/lastpass/security-report?view=summary')
      .then((reply) => reply.json())
      .then(setReport, () => setReport({ error: 'no connection' }));
  }, []);
  if (!report) return <p>Loading</p>;
  return <p>{report.stats ? `${report.stats.totalUsers} people` : report.error}</p>;
}
